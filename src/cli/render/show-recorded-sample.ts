import type { JsonObject, JsonValue } from '../../core/json.ts';
import { printable } from '../../core/printable.ts';
import type { RecordedEvent } from '../../core/record-line.ts';

const MAX_TEXT = 2_000;

/** The events of one sample of a record, each with its data. */
export function renderRecordedSample(events: readonly RecordedEvent[]): readonly string[] {
  const [first] = events;
  return [
    `Sample ${printable(first?.sampleId ?? '')}`,
    ...events.flatMap((event) => {
      const { type, data, createdAt } = event;
      const at = createdAt === null ? '' : `  ${new Date(createdAt).toISOString()}`;
      return [
        '',
        `${printable(type)}${tryText(event)}${at}`,
        ...Object.entries(data).flatMap(([key, value]) => renderField(key, value)),
      ];
    }),
  ];
}

/** The same as plain data. */
export function describeRecordedSample(events: readonly RecordedEvent[]): JsonObject {
  return {
    sampleId: events[0]?.sampleId ?? null,
    events: events.map(({ type, data, attempt, try: number, createdAt }) => ({
      type,
      data,
      attempt,
      try: number,
      createdAt: createdAt === null ? null : new Date(createdAt).toISOString(),
    })),
  };
}

function tryText({ attempt, try: number }: RecordedEvent): string {
  const texts = [...(attempt > 1 ? [`attempt ${attempt}`] : []), ...(number > 1 ? [`try ${number}`] : [])];
  return texts.length === 0 ? '' : ` (${texts.join(', ')})`;
}

/** A chat prompt is a line a message; all else is one line. */
function renderField(key: string, value: JsonValue | undefined): readonly string[] {
  if (value === undefined) return [];
  if (key === 'prompt' && Array.isArray(value)) {
    return ['  prompt', ...value.map((message) => `    ${messageText(message as JsonValue)}`)];
  }
  return [`  ${printable(key)}  ${text(value)}`];
}

function messageText(message: JsonValue): string {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return text(message);
  const { role, name, content } = message as JsonObject;
  if (typeof content !== 'string') return text(message);
  const who = typeof name === 'string' ? name : typeof role === 'string' ? role : '?';
  return `${printable(who)}: ${text(content)}`;
}

function text(value: JsonValue): string {
  const clean = printable(typeof value === 'string' ? value : JSON.stringify(value));
  return clean.length <= MAX_TEXT ? clean : `${clean.slice(0, MAX_TEXT)}…`;
}
