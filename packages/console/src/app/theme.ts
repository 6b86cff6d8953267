import { useSyncExternalStore } from 'react';

export type Theme = 'dark' | 'light';

const watchers = new Set<() => void>();
const system = matchMedia('(prefers-color-scheme: dark)');

function readStored(): string | null {
  try {
    return localStorage.getItem('theme');
  } catch {
    return null;
  }
}

function show(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  for (const watcher of watchers) watcher();
}

// Who has chosen nothing goes with the system, also when it changes at dusk.
system.addEventListener('change', ({ matches }) => {
  if (readStored() === null) show(matches ? 'dark' : 'light');
});

function getTheme(): Theme {
  return document.documentElement.dataset.theme === 'light' ? 'light' : 'dark';
}

export function toggleTheme(): void {
  const next = getTheme() === 'dark' ? 'light' : 'dark';
  try {
    localStorage.setItem('theme', next);
  } catch {
    // Not kept, but shown.
  }
  show(next);
}

export function useTheme(): Theme {
  return useSyncExternalStore((watcher) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }, getTheme);
}
