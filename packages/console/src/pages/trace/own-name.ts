const key = 'assessedBy';

/** Who writes assessments in this browser, as they said the last time. */
export function readOwnName(): string {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

export function rememberOwnName(name: string): void {
  try {
    localStorage.setItem(key, name);
  } catch {
    // A browser that keeps nothing asks again.
  }
}
