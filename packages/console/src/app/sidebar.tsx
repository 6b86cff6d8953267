import { Link } from '@tanstack/react-router';
import { Moon, Search, Sun } from 'lucide-react';
import { Key } from '../ui/key.tsx';
import { LiveSign } from './connection.tsx';
import { type Place, places } from './places.ts';
import { toggleTheme, useTheme } from './theme.ts';

const searchKeys = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘K' : 'Ctrl K';

export function Sidebar({ onSearch }: { onSearch: () => void }) {
  return (
    <nav
      aria-label="Main"
      className="sticky top-0 flex h-screen w-13 shrink-0 flex-col border-r border-line bg-card px-2 py-4 lg:w-54 lg:px-3"
    >
      <Link to="/" className="mb-4 flex items-center gap-2.5 px-1.5 text-base font-semibold tracking-tight">
        <img src="/mark.svg" alt="" className="size-6" />
        <span className="max-lg:sr-only">Dividend</span>
      </Link>
      <button
        type="button"
        onClick={onSearch}
        title="Go to a page, model or rollout"
        className="mb-4 flex cursor-pointer items-center gap-2.5 rounded-md border border-line bg-page px-2 py-1.5 text-faint hover:border-faint hover:text-muted"
      >
        <Search size={15} aria-hidden className="shrink-0" />
        <span className="flex-1 text-left max-lg:sr-only">Go to</span>
        <span className="max-lg:hidden">
          <Key>{searchKeys}</Key>
        </span>
      </button>
      <ul className="flex flex-col gap-0.5">
        {places.map((place) => (
          <li key={place.to}>
            <PlaceLink place={place} />
          </li>
        ))}
      </ul>
      <div className="mt-auto flex items-center justify-between gap-2 max-lg:flex-col lg:px-2">
        <LiveSign />
        <ThemeSwitch />
      </div>
    </nav>
  );
}

function PlaceLink({ place: { to, label, icon: Icon, key } }: { place: Place }) {
  return (
    <Link
      to={to}
      title={`${label}: g ${key}`}
      activeOptions={{ exact: to === '/' }}
      className="group flex items-center gap-2.5 rounded-md px-2 py-1.5 text-muted hover:bg-raised hover:text-ink"
      activeProps={{ className: 'bg-raised font-medium !text-ink', 'aria-current': 'page' }}
    >
      <Icon size={16} aria-hidden className="shrink-0" />
      <span className="flex-1 max-lg:sr-only">{label}</span>
      <span
        className="opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100 max-lg:hidden"
        aria-hidden
      >
        <Key>g {key}</Key>
      </span>
    </Link>
  );
}

function ThemeSwitch() {
  const theme = useTheme();
  const next = theme === 'dark' ? 'light' : 'dark';
  const Icon = theme === 'dark' ? Sun : Moon;
  return (
    <button
      type="button"
      title={`Switch to ${next}`}
      aria-label={`Switch to ${next}`}
      className="cursor-pointer rounded-md p-1.5 text-muted hover:bg-raised hover:text-ink"
      onClick={toggleTheme}
    >
      <Icon size={16} aria-hidden />
    </button>
  );
}
