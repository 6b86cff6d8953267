import type { StepSpec } from '@dividend/contracts/spec';

/** The built-in steps that read data; they run in a process of their own. */
export type DataStepSpec = Extract<StepSpec, { uses: 'ingest' | 'validate' | 'sql' | 'evaluate' }>;

export type ParamValue = string | number | boolean;

/** What such a process is given, as a file. Paths are absolute. */
export interface DataStepJob {
  readonly step: DataStepSpec;
  readonly params: Readonly<Record<string, ParamValue>>;
  /** Input name → file. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The file that `ingest` reads. */
  readonly sourcePath?: string;
  /** The file with the statements of `sql`. */
  readonly sqlPath?: string;
  readonly outputDir: string;
  /** Where DuckDB spills. */
  readonly tempDir: string;
  readonly resultPath: string;
  readonly memoryMb: number;
  readonly threads: number;
}

/** One data check as it came out; `observed` is for people. */
export interface DataCheckOutcome {
  readonly name: string;
  readonly passed: boolean;
  readonly observed: string;
}

/** What it gives back, as a file: `summary` is shown, `error` stops the line. */
export interface DataStepResult {
  readonly summary: Readonly<Record<string, unknown>>;
  readonly error?: string;
  /** Peak of the process's resident memory, as the system counted it. */
  readonly maxRssBytes?: number;
}
