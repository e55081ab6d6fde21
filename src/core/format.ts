/** A whole number with commas between thousands: `1,284`. Not by locale, so that output is the same anywhere. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/**
 * A share from 0 to 1 with one decimal: `86.6 %`. It is never rounded to a certainty: what is not quite none or
 * all reads `<0.1 %` or `>99.9 %`.
 */
export function formatPercent(share: number): string {
  const percent = (share * 100).toFixed(1);
  if (percent === '0.0' && share > 0) return '<0.1 %';
  if (percent === '100.0' && share < 1) return '>99.9 %';
  return `${percent} %`;
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Bytes in the largest unit of 1,024 that leaves at least 1, with one decimal below 100: `1.5 KiB`, `312 MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 1,023.95 would be printed as 1,024.
  while (value >= 1023.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${BYTE_UNITS[unit]}`;
}

/** `1 task`, `1,284 tasks`. */
export function formatQuantity(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

const MOST_NAMES = 3;

/** A list of names, of a long one the start: `a, b, c`, `a, b and 17 more`. */
export function formatNames(names: readonly string[]): string {
  if (names.length <= MOST_NAMES) return names.join(', ');
  const told = MOST_NAMES - 1;
  return `${names.slice(0, told).join(', ')} and ${formatCount(names.length - told)} more`;
}
