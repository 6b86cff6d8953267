import { useRouter } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { Key } from '../ui/key.tsx';
import { findItems, type PaletteItem, usePaletteItems } from './palette-items.ts';

/** Anything that has a page, by a few letters of its name. */
export function CommandPalette({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const [question, setQuestion] = useState('');
  const [position, setPosition] = useState(0);
  const found = findItems(usePaletteItems(question), question);
  const current = found[Math.min(position, found.length - 1)];
  const choose = (item: PaletteItem | undefined) => {
    if (!item) return;
    onClose();
    if (typeof item.go === 'string') router.history.push(item.go);
    else item.go();
  };
  const press = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && found.length > 0) {
      event.preventDefault();
      setPosition((Math.min(position, found.length - 1) + step + found.length) % found.length);
    }
    if (event.key === 'Enter') choose(current);
  };
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/50" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-50 flex max-h-[70vh] w-[40rem] max-w-[94vw] -translate-x-1/2 flex-col overflow-hidden rounded-xl border border-line bg-card shadow-2xl"
        >
          <Dialog.Title className="sr-only">Go to</Dialog.Title>
          <div className="flex items-center gap-3 border-b border-line px-4">
            <Search size={16} aria-hidden className="text-faint" />
            <input
              role="combobox"
              aria-expanded
              aria-controls="palette-list"
              aria-activedescendant={current ? `palette-${current.id}` : undefined}
              aria-label="Page, model, rollout, run"
              placeholder="A page, model, rollout, run …"
              value={question}
              onChange={(event) => {
                setQuestion(event.target.value);
                setPosition(0);
              }}
              onKeyDown={press}
              className="w-full bg-transparent py-3.5 text-base outline-none placeholder:text-faint"
            />
            <Key>esc</Key>
          </div>
          <Found items={found} current={current} onChoose={choose} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Found({
  items,
  current,
  onChoose,
}: {
  items: readonly PaletteItem[];
  current: PaletteItem | undefined;
  onChoose: (item: PaletteItem) => void;
}) {
  if (items.length === 0) return <p className="px-4 py-8 text-center text-muted">Nothing is called that.</p>;
  return (
    <div id="palette-list" role="listbox" aria-label="Found" className="overflow-y-auto p-2">
      {items.map((item, index) => (
        <div key={item.id} role="presentation">
          {item.group !== items[index - 1]?.group && (
            <div role="presentation" className="px-2 pt-2 pb-1 text-xs text-faint">
              {item.group}
            </div>
          )}
          <Option item={item} isCurrent={item === current} onChoose={onChoose} />
        </div>
      ))}
    </div>
  );
}

function Option({
  item,
  isCurrent,
  onChoose,
}: {
  item: PaletteItem;
  isCurrent: boolean;
  onChoose: (item: PaletteItem) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isCurrent) place.current?.scrollIntoView({ block: 'nearest' });
  }, [isCurrent]);
  const Icon = item.icon;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard stays in the field above and moves from there
    <div
      ref={place}
      id={`palette-${item.id}`}
      role="option"
      tabIndex={-1}
      aria-selected={isCurrent}
      onClick={() => onChoose(item)}
      className={`flex cursor-pointer items-center gap-3 rounded-md px-2 py-1.5 ${isCurrent ? 'bg-accent-soft' : 'hover:bg-raised'}`}
    >
      <Icon size={15} aria-hidden className={isCurrent ? 'text-accent' : 'text-faint'} />
      <span className="shrink-0">{item.label}</span>
      <span className="min-w-0 flex-1 truncate text-right text-xs text-faint">{item.note}</span>
    </div>
  );
}
