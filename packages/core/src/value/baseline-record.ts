import type { CostCategory } from './cost-category.ts';

/** Whether a baseline was recorded as it happened, estimated by people, or is an example to be replaced. */
export const baselineLabels = ['recorded', 'estimated', 'example'] as const;
export type BaselineLabel = (typeof baselineLabels)[number];

/** One deployment as it went before automation. Frozen before the first automated one. */
export interface BaselineRecord {
  readonly id: string;
  readonly model: string;
  readonly label: BaselineLabel;
  /** Unix epoch in ms; `null` where nobody knows. */
  readonly startedAtMs: number | null;
  readonly productionAtMs: number | null;
  /** Hours of people by category, ≥ 0; a category left out was not recorded, which is not zero. */
  readonly hours: Readonly<Partial<Record<CostCategory, number>>>;
  /** Hours nobody worked on it: queues, approvals. Not a cost line. */
  readonly waitingHours: number | null;
  /** Incidents it caused; `null` where not recorded. */
  readonly incidents: number | null;
  /** What they cost the business beside the response hours, minor units of the price book's currency. */
  readonly incidentLossMinor: number | null;
  readonly entryIds: readonly string[];
}
