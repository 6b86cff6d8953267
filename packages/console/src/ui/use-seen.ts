import { type RefObject, useEffect, useState } from 'react';

/** Asked for a little before it comes into sight. */
const aheadPx = 300;

/** Whether something is on the screen or will be soon. */
export function useSeen(place: RefObject<HTMLElement | null>): boolean {
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const watch = new IntersectionObserver(([entry]) => setSeen(entry?.isIntersecting ?? false), {
      rootMargin: `${aheadPx}px`,
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [place]);
  return isSeen;
}
