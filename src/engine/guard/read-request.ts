import { createHash, timingSafeEqual } from 'node:crypto';
import type { GuardQuestion } from '../../core/inspection.ts';
import { Refusal } from './refusal.ts';

const MAX_PROFILE_MS = 600_000;
const MAX_EXPRESSION_LENGTH = 10_000;

/** The question of a request line. Throws `Refusal` for another token, or what is no question. */
export function readRequest(line: string, token: string): GuardQuestion {
  const { token: given, ...question } = readObject(line);
  if (typeof given !== 'string' || !isSame(given, token))
    throw new Refusal('The token is not the right one.');
  return readQuestion(question);
}

/** In the same time whatever differs: nobody learns a token by trying. */
function isSame(given: string, token: string): boolean {
  const [a, b] = [given, token].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

function readObject(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // What is wrong with it is of no use to the one who sent it.
  }
  throw new Refusal('The request is not a JSON object.');
}

function readQuestion(given: Readonly<Record<string, unknown>>): GuardQuestion {
  const { op, threadId, locals, durationMs, expression } = given;
  const isId = typeof threadId === 'number' && Number.isInteger(threadId) && threadId >= 0;
  if (threadId !== undefined && !isId) throw new Refusal('threadId must be a whole number from 0.');
  const thread = isId ? { threadId } : {};
  switch (op) {
    case 'stack':
      return { op, ...thread, locals: locals === true };
    case 'profile':
      if (typeof durationMs !== 'number' || !(durationMs > 0 && durationMs <= MAX_PROFILE_MS)) {
        throw new Refusal(`durationMs must be a number above 0, at most ${MAX_PROFILE_MS}.`);
      }
      return { op, ...thread, durationMs };
    case 'evaluate':
      if (!isId) throw new Refusal('evaluate needs a threadId.');
      if (typeof expression !== 'string' || expression.length > MAX_EXPRESSION_LENGTH) {
        throw new Refusal(`expression must be a text of at most ${MAX_EXPRESSION_LENGTH} characters.`);
      }
      return { op, threadId, expression };
    case 'suspended':
      return { op, ...thread };
    default:
      throw new Refusal('op must be stack, profile, evaluate or suspended.');
  }
}
