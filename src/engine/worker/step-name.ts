import { hideSecrets } from './eval-error.ts';

/** Names of steps come again and again; those that do not must not fill the memory. */
const MAX_KNOWN = 1000;
const MAX_KNOWN_LENGTH = 200;
const known = new Map<string, string>();

/** The name of a step as it is told on: keys are nobody's business, also where an eval names a step by one. */
export function stepNameWithoutSecrets(name: string): string {
  const before = known.get(name);
  if (before !== undefined) return before;
  const masked = hideSecrets(String(name));
  if (known.size >= MAX_KNOWN) known.clear();
  if (name.length <= MAX_KNOWN_LENGTH) known.set(name, masked);
  return masked;
}
