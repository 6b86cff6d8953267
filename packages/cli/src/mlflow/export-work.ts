import type { ItemKind } from '@dividend/contracts/imports';
import type { Exported, MlflowTarget } from './mlflow-target.ts';
import type { PinnedFiles } from './pinned-files.ts';
import type { MlflowSource } from './source.ts';
import type { Tally } from './tally.ts';
import type { RecordMaker } from './to-records.ts';

export interface ExportOptions {
  /** Dividend itself, through its MLflow door. */
  readonly source: MlflowSource;
  readonly pinned: PinnedFiles;
  /** The target read through the same eyes, to find what is there and to verify. */
  readonly there: MlflowSource;
  readonly target: MlflowTarget;
  /** Names or ids; undefined: all of them. */
  readonly experiments: readonly string[] | undefined;
  readonly onProgress: (tally: Tally) => void;
}

/** What all parts of an export share. */
export interface ExportWork extends ExportOptions {
  readonly tally: Tally;
  readonly make: RecordMaker;
  /** Reads the target: its faults are no problems of the export. */
  readonly makeThere: RecordMaker;
  /** Runs and logged models there, by their ids here. */
  readonly runs: Map<string, Exported>;
  readonly models: Map<string, Exported>;
  /** Traces that are there and as they are here. */
  readonly traces: Set<string>;
  /** Ids here of logged models there. */
  readonly modelsHere: Map<string, string>;
}

/** Notes what is there and equal by having been written just now or before. */
export function noteThere(
  { tally }: Pick<ExportWork, 'tally'>,
  kind: ItemKind,
  id: string,
  state: 'created' | 'unchanged' | 'updated',
): void {
  tally.count(kind, id, state, 'there');
  tally.verify({ kind, id, digest: 'there', size: 1 });
}
