/** `1.2 s`, `3 min 5 s`, `2 h 10 min`, `4 d 3 h`; a part that is zero is left out, and no part is as large as the next unit. */
export function formatSeconds(seconds: number): string {
  if (seconds < 0) return `−${formatSeconds(-seconds)}`;
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${formatNumber(Number(seconds.toFixed(1)))} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return join(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return join(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(seconds / 3600);
  return join(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** From here on a number is told by its power: nobody counts zeros. */
const smallestWritten = 1e-4;
const largestWritten = 1e15;

/** Four significant digits, `3.35e−8` where zeros would have to be counted; unknown is a dash, never zero. */
export function formatNumber(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  if (Number.isFinite(value) && (size >= largestWritten || (size > 0 && size < smallestWritten))) {
    const power = value.toExponential(digits - 1).replace(/\.?0+(?=e)/, '');
    return power.replace('+', '').replaceAll('-', '−');
  }
  if (Number.isInteger(value)) return value.toLocaleString('en').replace('-', '−');
  return value.toLocaleString('en', { maximumSignificantDigits: digits }).replace('-', '−');
}

/** With its sign, as a difference is read. */
export function formatSigned(value: number | null | undefined, digits = 3): string {
  return value !== null && value !== undefined && value > 0
    ? `+${formatNumber(value, digits)}`
    : formatNumber(value, digits);
}

export function formatPercent(ratio: number | null | undefined, digits = 0): string {
  if (ratio === null || ratio === undefined) return '–';
  const percent = (ratio * 100).toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `${percent.replace('-', '−')} %`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Money kept in minor units. */
export function formatMinor(minor: number | null | undefined, currency: string, minorUnitDigits = 2): string {
  if (minor === null || minor === undefined) return '–';
  return (
    new Intl.NumberFormat('en', { style: 'currency', currency, maximumFractionDigits: 0 })
      .format(minor / 10 ** minorUnitDigits)
      // The sign stays with its amount: a word joiner behind it, since lines break there.
      .replace('-', '−\u2060')
  );
}

export function shortDigest(digest: string): string {
  return digest.replace('sha256:', '').slice(0, 12);
}

/** `rol_01m7yhtmfh4bpzqehaczmzst3d` → `rol_…mzst3d`: ids of one day begin alike. What is short stays. */
export function shortId(id: string): string {
  if (id.startsWith('sha256:')) return shortDigest(id);
  const kind = /^[a-z]{2,8}_(?=[0-9a-z]{20,}$)/.exec(id)?.[0];
  if (kind !== undefined) return `${kind}…${id.slice(-6)}`;
  return /^[0-9a-f]{32,}$/.test(id) ? `${id.slice(0, 12)}…` : id;
}

/** `rolledBack` → `rolled back`. */
export function toWords(name: string): string {
  return name.replaceAll(
    /([a-z])([A-Z])/g,
    (_match, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
}

/** `engineerTime` → `Engineer time`. */
export function toTitle(name: string): string {
  const words = toWords(name);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `12 Feb 2001`, `21 Nov 2026, 06:00:34`: in the time zone of UTC, as the ledger has it. */
export function formatDate(at: string): string {
  return dates.format(new Date(at));
}

export function formatTime(at: string): string {
  return `${times.format(new Date(at))} UTC`;
}

const dates = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});
const times = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZone: 'UTC',
});
