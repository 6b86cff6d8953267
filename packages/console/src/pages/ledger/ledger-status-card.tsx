import type { LedgerStatus } from '@dividend/contracts/api';
import { useMutation } from '@tanstack/react-query';
import { ShieldCheck } from 'lucide-react';
import { client } from '../../live/client.ts';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { formatNumber } from '../../ui/format.ts';
import { Hint } from '../../ui/hint.tsx';
import { CopyText, When } from '../../ui/small-parts.tsx';
import { VerificationResult } from './verification-result.tsx';

export function LedgerStatusCard() {
  const query = useApi<LedgerStatus>('/api/v1/ledger/status');
  const verification = useMutation({ mutationFn: () => client.verifyLedger() });
  return (
    <Card
      title="Integrity"
      aside={
        <Button look="accent" disabled={verification.isPending} onClick={() => verification.mutate()}>
          <ShieldCheck size={14} aria-hidden /> {verification.isPending ? 'Verifying …' : 'Verify now'}
        </Button>
      }
    >
      <Answer query={query}>{(status) => <Facts status={status} />}</Answer>
      {verification.data && <VerificationResult result={verification.data} />}
      {verification.isError && (
        <p role="alert" className="mt-4 text-bad">
          {verification.error.message}
        </p>
      )}
    </Card>
  );
}

function Facts({ status: { entries, sealed, root, latestCheckpoint, publicKey } }: { status: LedgerStatus }) {
  const open = entries - sealed;
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-4 lg:grid-cols-4">
      <div>
        <dt className="text-xs text-muted">Entries</dt>
        <dd className="mt-0.5 text-lg font-semibold">{formatNumber(entries)}</dd>
        <dd className="text-xs text-faint">
          {open <= 0 ? 'all sealed' : `${formatNumber(open)} being sealed`}
        </dd>
      </div>
      <div className="min-w-0">
        <dt className="text-xs text-muted">
          Merkle root{' '}
          <Hint about="a Merkle root">
            One hash over all sealed entries (RFC 6962). Change, drop or reorder any of them, and it is
            another.
          </Hint>
        </dt>
        <dd className="mt-1">
          {root === null ? '–' : <CopyText text={root} shown={`${root.slice(0, 18)}…`} />}
        </dd>
      </div>
      <div className="min-w-0">
        <dt className="text-xs text-muted">
          Checkpoint{' '}
          <Hint about="a checkpoint">
            The root with the number of entries, signed by this ledger (C2SP). Kept elsewhere, it shows later
            that nothing of before was rewritten.
          </Hint>
        </dt>
        <dd className="mt-1">
          {latestCheckpoint === null ? (
            'none yet'
          ) : (
            <>
              over {formatNumber(latestCheckpoint.size)} entries{' '}
              <CopyText text={latestCheckpoint.note} shown="" what="Copy the signed note" />
              <div className="text-xs text-faint">
                signed <When at={latestCheckpoint.at} />
              </div>
            </>
          )}
        </dd>
      </div>
      <div className="min-w-0">
        <dt className="text-xs text-muted">Public key</dt>
        <dd className="mt-1">
          <CopyText text={publicKey} shown={`…${publicKey.slice(-18)}`} what="Copy the public key" />
        </dd>
      </div>
    </dl>
  );
}
