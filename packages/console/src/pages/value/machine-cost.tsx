import type { CostAnswer } from '@dividend/contracts/api';
import { formatNumber, toWords } from '../../ui/format.ts';
import { Status } from '../../ui/status.tsx';
import { EntriesLink } from './entries-link.tsx';

/** Machine time and storage, outside the six published categories and so beside them. */
export function MachineCost({ answer: { machine, currency, minorUnitDigits } }: { answer: CostAnswer }) {
  const isUsed = machine.components.some(({ quantity }) => quantity > 0);
  // In full: the machine time of a deployment often costs less than one unit of the currency, or even a minor one.
  const toExact = (minor: number | null) => {
    if (minor === null) return '–';
    const digits = (amount: number) => (amount / 10 ** minorUnitDigits).toFixed(minorUnitDigits);
    return minor === 0 && isUsed ? `below ${digits(1)} ${currency}` : `${digits(minor)} ${currency}`;
  };
  return (
    <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1 border-t border-line px-4 py-3">
      <span className="font-medium">Machines, beside them</span>
      <span className="text-muted">
        {toExact(machine.perDeploymentMinor)} a deployment, {toExact(machine.totalMinor)} in all
      </span>
      {machine.components.map(({ label, quantity, unit, unitPrice }) => (
        <span key={label} className="text-xs text-faint" title={unitPrice?.source}>
          {formatNumber(quantity, 3)} {toWords(unit)}s
          {unitPrice !== null && ` at ${unitPrice.amount} ${currency}`}
        </span>
      ))}
      {machine.note !== '' && <span className="text-xs text-muted">{machine.note}</span>}
      <span className="ml-auto flex items-baseline gap-4">
        <Status state={machine.status} />
        <EntriesLink ids={machine.entryIds} />
      </span>
    </div>
  );
}
