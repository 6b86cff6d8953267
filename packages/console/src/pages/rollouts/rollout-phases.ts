const finalPhases: readonly string[] = ['promoted', 'refused', 'rolledBack', 'aborted'];

export function isFinal(phase: string): boolean {
  return finalPhases.includes(phase);
}
