import type { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { places } from './places.ts';

/** Between `g` and the key of a page. */
const sequenceMs = 1_200;

/** ⌘K or Ctrl K opens the palette; `g` and a letter goes to a page. Not while somebody types or a dialog asks. */
export function useShortcuts(navigate: ReturnType<typeof useNavigate>, openPalette: () => void): void {
  const begunAt = useRef(0);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        openPalette();
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isBusy(event.target)) return;
      if (event.key === '/') {
        event.preventDefault();
        openPalette();
        return;
      }
      const isSecond = event.timeStamp - begunAt.current < sequenceMs;
      begunAt.current = event.key === 'g' ? event.timeStamp : 0;
      const place = isSecond ? places.find(({ key }) => key === event.key) : undefined;
      if (place) void navigate({ to: place.to });
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [navigate, openPalette]);
}

function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"]') !== null) return true;
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  );
}
