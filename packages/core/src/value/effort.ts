import type { CostCategory } from './cost-category.ts';

/** How a quantity is known: read from a meter or the clock of the record, or said by a person. */
export type Basis = 'metered' | 'estimated';

/** Work of people, kept apart from elapsed time: waiting for an approval is not effort. */
export interface Effort {
  readonly category: CostCategory;
  /** Role in the price book; `null` takes the role of the category. */
  readonly role: string | null;
  /** Minutes worked, ≥ 0; `null` where only the number of touches is known: they are then priced as estimated. */
  readonly minutes: number | null;
  /** How often a person had to act, ≥ 0. */
  readonly touches: number;
  readonly basis: Basis;
  readonly entryIds: readonly string[];
}

/** Machine time and storage. `quantity` is in units of the resource: `cpuHour`, `gpuHour`, `gbMonth`. */
export interface MachineUse {
  readonly resource: string;
  readonly quantity: number;
  readonly basis: Basis;
  readonly entryIds: readonly string[];
}
