import type { ArtifactItem } from '@dividend/contracts/api';
import { ChevronDown, ChevronRight, File, Folder } from 'lucide-react';
import { usePages } from '../../../live/queries.ts';
import { formatBytes } from '../../../ui/format.ts';
import { PagesAnswer } from '../../../ui/pages-answer.tsx';

/** Folders are read when they are opened, large ones by the page; what is on the way to the chosen path is open. */
export function ArtifactTree({
  listPath,
  folder,
  chosen,
  onChoose,
}: {
  listPath: string;
  folder: string;
  chosen: string;
  onChoose: (path: string) => void;
}) {
  const query = usePages<ArtifactItem>(listPath, { path: folder === '' ? undefined : folder, limit: 200 });
  return (
    <PagesAnswer query={query} more="Show more">
      {(items) =>
        items.length === 0 ? (
          <p className="px-2 py-1 text-muted">Nothing is stored here.</p>
        ) : (
          <ul className={folder === '' ? '' : 'ml-2 border-l border-line pl-2'}>
            {items.map((item) => (
              <Entry key={item.path} item={item} {...{ listPath, chosen, onChoose }} />
            ))}
          </ul>
        )
      }
    </PagesAnswer>
  );
}

function Entry({
  item: { name, path, isFolder, bytes },
  listPath,
  chosen,
  onChoose,
}: {
  item: ArtifactItem;
  listPath: string;
  chosen: string;
  onChoose: (path: string) => void;
}) {
  const isChosen = chosen === path;
  const isOpen = isFolder && (isChosen || chosen.startsWith(`${path}/`));
  const Arrow = isOpen ? ChevronDown : ChevronRight;
  const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  return (
    <li>
      <button
        type="button"
        aria-expanded={isFolder ? isOpen : undefined}
        aria-current={isChosen ? 'true' : undefined}
        onClick={() => onChoose(isFolder && isChosen ? parent : path)}
        className={`flex w-full cursor-pointer items-center gap-1.5 rounded px-1.5 py-1 text-left hover:bg-raised ${isChosen ? 'bg-raised font-medium' : ''}`}
      >
        {isFolder ? (
          <Arrow size={13} aria-hidden className="shrink-0 text-faint" />
        ) : (
          <span className="w-[13px] shrink-0" />
        )}
        {isFolder ? (
          <Folder size={14} aria-hidden className="shrink-0 text-faint" />
        ) : (
          <File size={14} aria-hidden className="shrink-0 text-faint" />
        )}
        <span className="min-w-0 flex-1 truncate" title={name}>
          {name}
        </span>
        {!isFolder && <span className="text-xs whitespace-nowrap text-faint">{formatBytes(bytes)}</span>}
      </button>
      {isOpen && <ArtifactTree listPath={listPath} folder={path} chosen={chosen} onChoose={onChoose} />}
    </li>
  );
}
