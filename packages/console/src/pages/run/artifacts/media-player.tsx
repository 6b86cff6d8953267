import { useState } from 'react';
import { NoPreview } from './no-preview.tsx';

/** Sound or film; what is not heard or seen is not fetched. */
export function MediaPlayer({ kind, url, name }: { kind: 'audio' | 'video'; url: string; name: string }) {
  const [isRefused, setRefused] = useState(false);
  if (isRefused) return <NoPreview why="This browser cannot play it." />;
  const Player = kind;
  return (
    <Player
      src={url}
      controls
      preload="metadata"
      aria-label={name}
      onError={() => setRefused(true)}
      className={kind === 'audio' ? 'w-full' : 'max-h-[70vh] w-full rounded bg-raised'}
    />
  );
}
