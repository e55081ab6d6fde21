import type { LocalVariable } from '../../core/inspection.ts';
import type { InspectedSession } from './inspected-session.ts';
import type { PausedFrame } from './paused-thread.ts';
import { valueText, type RemoteObject } from './value-text.ts';

const MAX_LOCALS = 50;
const MAX_VALUE_LENGTH = 200;
/** Longer, so that a key at the end of what is shown is whole when it is masked. */
const MAX_SENT_LENGTH = 2000;

/**
 * Runs in the stopped thread, on the variables of a block: the same without what is far too long to be sent. The
 * inspector tells a text whole, and its answer would take seconds. A variable that is not yet initialised throws when
 * it is read; it stays without value, as does one that would call code.
 */
const CUT = `function () {
  const cut = Object.create(null);
  for (const name of Object.getOwnPropertyNames(this).slice(0, ${MAX_LOCALS})) {
    let own;
    try { own = Object.getOwnPropertyDescriptor(this, name); } catch {}
    const isSet = own !== undefined && 'value' in own;
    const value = isSet && typeof own.value === 'string' ? own.value.slice(0, ${MAX_SENT_LENGTH}) : own?.value;
    Object.defineProperty(cut, name, isSet ? { value, enumerable: true } : { get: undefined, enumerable: true });
  }
  return cut;
}`;

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
    const cutting = { objectId, functionDeclaration: CUT, silent: true };
    const cut = await thread.send('Runtime.callFunctionOn', cutting);
    // Its code has replaced what the function uses.
    if (cut['exceptionDetails'] !== undefined) continue;
    const question = {
      objectId: (cut['result'] as RemoteObject).objectId,
      ownProperties: true,
      generatePreview: true,
    };
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
