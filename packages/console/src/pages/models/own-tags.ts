/** Tags that people set: those of the platform say what a version is made of, and are shown as that. */
export function toOwnTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !/^(dividend\.|_?mlflow[._])/.test(key)));
}
