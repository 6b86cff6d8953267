/** A program to run for a step, with everything it may see. */
export interface StepJob {
  /** Program and arguments; the program is looked for on `environment.PATH`. */
  readonly command: readonly string[];
  readonly workingDir: string;
  /** The whole environment: nothing of the platform's own is added. */
  readonly environment: Readonly<Record<string, string>>;
  /** Standard output and error, in order of arrival, are appended here. */
  readonly logPath: string;
  /** Output beyond this is read but not kept. */
  readonly logLimitBytes: number;
  readonly timeoutMs: number;
  /** From the request to end (SIGTERM) to the end by force (SIGKILL). */
  readonly graceMs: number;
}

/** How a job ended. What could not be measured on this system is null. */
export interface JobEnd {
  readonly reason: 'exited' | 'timedOut' | 'cancelled' | 'notStarted';
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** User and system time of the program and all it waited for. */
  readonly cpuSeconds: number | null;
  /** Largest resident set seen, of the program and its children together. */
  readonly maxRssBytes: number | null;
  readonly seconds: number;
  /** Last lines of the output. */
  readonly logTail: string;
  /** Why it did not start. */
  readonly detail?: string;
}

export type JobState =
  /** Nothing was submitted in this folder. */
  | { readonly state: 'absent' }
  | { readonly state: 'running' }
  | { readonly state: 'ended'; readonly end: JobEnd }
  /** It was submitted and is gone without having told how it ended: killed from outside, or the machine went down. */
  | { readonly state: 'lost' };

/**
 * Runs step programs somewhere. A job is named by its folder, so that a control process that starts again asks for the
 * jobs of the one before. `submit` twice for one folder runs it once.
 */
export interface Executor {
  submit(folder: string, job: StepJob): Promise<void>;
  poll(folder: string): Promise<JobState>;
  /** Ends the job and all it started; when this returns nothing of it runs. Harmless where nothing does. */
  cancel(folder: string): Promise<void>;
}
