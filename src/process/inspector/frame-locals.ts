import type { LocalVariable } from '../../core/inspection.ts';
import type { InspectedSession } from './inspected-session.ts';
import type { PausedFrame } from './paused-thread.ts';
import { valueText, type RemoteObject } from './value-text.ts';

const MAX_LOCALS = 50;
const MAX_VALUE_LENGTH = 200;

interface Property {
  readonly name: string;
  readonly value?: RemoteObject;
}

/**
 * The variables of a stopped function, those of its innermost block first; without those around the function.
 * @param mask takes secrets out of a text
 */
export async function localsOf(
  thread: InspectedSession,
  { scopes }: PausedFrame,
  mask: (text: string) => string,
): Promise<readonly LocalVariable[]> {
  const outside = scopes.findIndex(({ type }) => !['block', 'catch', 'local', 'with'].includes(type));
  const locals = new Map<string, string>();
  for (const { objectId } of outside === -1 ? scopes : scopes.slice(0, outside)) {
    const question = { objectId, ownProperties: true, generatePreview: true };
    const { result } = await thread.send('Runtime.getProperties', question);
    for (const { name, value } of result as readonly Property[]) {
      // A name that is declared in an inner block hides the outer one. Without value: not yet initialised.
      if (locals.size >= MAX_LOCALS || locals.has(name)) continue;
      locals.set(name, value === undefined ? '<not yet set>' : shorten(mask(valueText(value))));
    }
  }
  return [...locals].map(([name, value]) => ({ name, value }));
}

function shorten(text: string): string {
  return text.length <= MAX_VALUE_LENGTH ? text : `${text.slice(0, MAX_VALUE_LENGTH - 1)}…`;
}
