import type { StepSpec } from '@dividend/contracts/spec';
import type { JobEnd } from './executor/executor.ts';
import { defaultTimeout } from './step-folder.ts';

/** Lines of a log that are told with a failure; the log has the rest. */
const toldLines = 20;

/** Why a step failed, for people: what happened, what to do, the end of its log. */
export function describeFailure(step: StepSpec, end: JobEnd): string {
  const tail = end.logTail.split('\n').slice(-toldLines).join('\n').trim();
  const log = tail === '' ? '; its log is empty' : `; its log ends:\n${tail}`;
  switch (end.reason) {
    case 'notStarted':
      return `Step '${step.name}' could not be started: ${end.detail}`;
    case 'timedOut':
      return `Step '${step.name}' was stopped at its timeout of ${step.timeout ?? defaultTimeout}; make it faster or raise \`timeout\` in the spec${log}`;
    case 'cancelled':
      return `Step '${step.name}' was cancelled`;
    case 'exited':
      return end.signal === null
        ? `Step '${step.name}' failed with exit code ${end.exitCode}${log}`
        : `Step '${step.name}' was killed from outside by ${end.signal}${end.signal === 'SIGKILL' ? ', perhaps for want of memory' : ''}${log}`;
  }
}
