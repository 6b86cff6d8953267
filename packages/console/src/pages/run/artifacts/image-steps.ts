export interface LoggedImage {
  readonly key: string;
  readonly step: number;
  /** A small copy beside the picture as it was logged. */
  readonly isCompressed: boolean;
}

/** Of a file that `mlflow.log_image(key=…, step=…)` wrote; undefined for others. */
export function readImageName(name: string): LoggedImage | undefined {
  const match = /^(.+)[%+]step[%+](\d+)[%+]timestamp[%+]\d+[%+][\w-]+?([%+]compressed)?\.\w+$/.exec(name);
  if (!match) return undefined;
  const [, key = '', step = '0', compressed] = match;
  return { key: key.replaceAll('~', '/'), step: Number(step), isCompressed: compressed !== undefined };
}
