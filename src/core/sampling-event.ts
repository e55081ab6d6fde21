import type { Completion, Prompt } from './completion.ts';
import type { RecorderEvent } from './eval.ts';
import type { JsonValue } from './json.ts';

/**
 * The event that OpenAI Evals' completion functions record of a call, its keys in their order. The prompt is
 * what was sent: a text is one user message, unless it went to a model that completes texts.
 */
export function samplingEvent(
  prompt: Prompt | { readonly completed: string },
  { text, model, usage }: Pick<Completion, 'text' | 'model' | 'usage'>,
): RecorderEvent {
  return {
    type: 'sampling',
    data: {
      prompt: sentPrompt(prompt),
      sampled: [text],
      ...(model === undefined ? {} : { model }),
      ...(usage === undefined
        ? {}
        : {
            usage: {
              completion_tokens: usage.completion_tokens,
              prompt_tokens: usage.prompt_tokens,
              total_tokens: usage.total_tokens,
            },
          }),
    },
  };
}

function sentPrompt(prompt: Prompt | { readonly completed: string }): JsonValue {
  if (typeof prompt === 'string') return [{ role: 'user', content: prompt }];
  return 'completed' in prompt ? prompt.completed : prompt.map((message) => ({ ...message }));
}
