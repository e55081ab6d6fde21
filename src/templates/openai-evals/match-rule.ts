import type { JsonObject } from '../../core/json.ts';

/** The data of a `match` event, its keys in the order in which OpenAI Evals writes them. */
export interface MatchData extends JsonObject {
  readonly correct: boolean;
}

/** A list of one is recorded as its one item. */
export function unwrapped<T>(expected: readonly T[]): T | readonly T[] {
  return expected.length === 1 ? (expected[0] as T) : expected;
}

/**
 * OpenAI Evals' `record_and_check_match`: the first option that the text starts with is picked, and correct
 * when it is among the expected. Case and white space count; an empty option always fits.
 * @see https://github.com/openai/evals/blob/main/evals/api.py
 */
export function checkMatch(sampled: string, expected: readonly string[]): MatchData {
  const picked = expected.find((option) => sampled.startsWith(option)) ?? null;
  return {
    correct: picked !== null,
    expected: unwrapped(expected),
    picked,
    sampled,
    options: expected,
  };
}

/** Whether the text holds the reference somewhere. `ignoreCase` compares both in lower case, as Python has it. */
export function includesReference(
  sampled: string,
  reference: string,
  { ignoreCase }: { readonly ignoreCase: boolean },
): boolean {
  return ignoreCase ? sampled.toLowerCase().includes(reference.toLowerCase()) : sampled.includes(reference);
}
