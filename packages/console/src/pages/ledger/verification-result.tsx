import type { LedgerVerification } from '@dividend/contracts/api';
import { formatNumber, formatSeconds, toWords } from '../../ui/format.ts';
import { Status } from '../../ui/status.tsx';

const shownProblems = 20;

export function VerificationResult({ result }: { result: LedgerVerification }) {
  const { verified, entries, checkpoints, seconds, problems, problemCount } = result;
  return (
    <div
      role="status"
      className={`mt-4 rounded-md border px-3 py-2.5 ${verified ? 'border-good/40 bg-good-soft' : 'border-bad/40 bg-bad-soft'}`}
    >
      <Status state={verified ? 'verified' : 'failed'} label={verified ? 'verified' : 'not verified'} />{' '}
      <span>
        {formatNumber(entries)} entries hashed, chained and compared with {formatNumber(checkpoints)} signed
        checkpoints in {formatSeconds(seconds)}
      </span>
      {problems.length > 0 && (
        <ul className="mt-2 list-inside list-disc text-bad">
          {problems.slice(0, shownProblems).map(({ kind, seq, detail }) => (
            <li key={`${kind}/${seq}/${detail}`}>
              {toWords(kind)}
              {seq === null ? '' : ` at ${formatNumber(seq)}`}: {detail}
            </li>
          ))}
        </ul>
      )}
      {problemCount > shownProblems && (
        <p className="mt-1 text-bad">and {formatNumber(problemCount - shownProblems)} more</p>
      )}
    </div>
  );
}
