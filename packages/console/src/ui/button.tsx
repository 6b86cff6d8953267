import type { ButtonHTMLAttributes } from 'react';

const looks = {
  plain: 'border-line bg-card hover:bg-raised',
  accent: 'border-transparent bg-accent text-page hover:opacity-90',
  danger: 'border-bad/40 bg-bad-soft text-bad hover:border-bad',
} as const;

export function Button({
  look = 'plain',
  className = '',
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { look?: keyof typeof looks }) {
  return (
    <button
      type="button"
      className={`inline-flex cursor-pointer items-center gap-1.5 rounded-md border px-3 py-1.5 font-medium disabled:cursor-not-allowed disabled:opacity-50 ${looks[look]} ${className}`}
      {...rest}
    />
  );
}
