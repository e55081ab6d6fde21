import type { JsonValue } from '../../core/json.ts';
import { printable } from '../../core/printable.ts';
import type { TaskDetail } from '../../store/task-store.ts';
import { formatTokens } from '../parts/format.ts';
import { heading } from '../parts/section-heading.ts';
import { wrapLines } from '../parts/text-lines.ts';
import type { Row, Tone } from '../parts/view-model.ts';

/** What the model was asked and answered, call by call, the newest try first. */
export function selectTranscript({ events }: TaskDetail, room: number): readonly Row[] {
  const calls = events.filter(({ type }) => type === 'sampling');
  const tries = [...new Set(calls.map((event) => event.try))].sort((a, b) => b - a);
  return tries.flatMap((number) => {
    const ofTry = calls.filter((event) => event.try === number);
    return ofTry.flatMap(({ data }, index) => {
      const { prompt, sampled, model, usage } = data;
      const title = [
        'Prompt and answer',
        ...(tries.length > 1 ? [`try ${number}`] : []),
        ...(ofTry.length > 1 ? [`call ${index + 1}`] : []),
        ...(typeof model === 'string' ? [printable(model)] : []),
        ...usageText(usage),
      ].join(' · ');
      return [
        ...heading(title, room),
        ...messagesOf(prompt).flatMap(({ role, content }) => said(role, content, 'muted', room)),
        ...textsOf(sampled).flatMap((text) => said('answer', text, 'accent', room)),
      ];
    });
  });
}

function said(role: string, content: string, tone: Tone, room: number): readonly Row[] {
  const label = `${printable(role).slice(0, LABEL - 2)}`.padEnd(LABEL);
  const lines = wrapLines(content, Math.max(10, room - LABEL));
  return lines.map((line, index): Row => {
    const start = index === 0 ? label : ' '.repeat(LABEL);
    return { kind: 'parts', parts: [{ text: start, tone }, { text: line }] };
  });
}

const LABEL = 10;

function messagesOf(
  prompt: JsonValue | undefined,
): readonly { readonly role: string; readonly content: string }[] {
  if (!Array.isArray(prompt)) return textsOf(prompt).map((content) => ({ role: 'prompt', content }));
  return prompt.map((message: JsonValue) => {
    if (typeof message !== 'object' || message === null || Array.isArray(message))
      return { role: 'prompt', content: textOf(message) };
    const { role, content } = message as { readonly role?: JsonValue; readonly content?: JsonValue };
    return { role: typeof role === 'string' ? role : 'prompt', content: textOf(content ?? message) };
  });
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map((one: JsonValue) => textOf(one)) : [textOf(value)];
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

function usageText(usage: JsonValue | undefined): readonly string[] {
  if (typeof usage !== 'object' || usage === null || Array.isArray(usage)) return [];
  const { prompt_tokens, completion_tokens } = usage as Readonly<Record<string, JsonValue | undefined>>;
  if (typeof prompt_tokens !== 'number' || typeof completion_tokens !== 'number') return [];
  return [`${formatTokens(prompt_tokens)} in, ${formatTokens(completion_tokens)} out`];
}
