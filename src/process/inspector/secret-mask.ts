/** Names of environment variables whose values are nobody's business. */
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSW|CREDENTIAL/i;
/** Shorter values are words that stand everywhere. */
const MIN_SECRET_LENGTH = 8;
/** A debugger cuts long texts: a secret is known by its beginning. */
const PREFIX_LENGTH = 12;

/**
 * Replaces the secrets of an environment in texts, each by its variable's name: `[OPENAI_API_KEY]`.
 *
 * @param texts `cut`: also what begins like a secret. `whole`: only all of it
 */
export function createSecretMask(
  env: NodeJS.ProcessEnv,
  texts: 'cut' | 'whole' = 'cut',
): (text: string) => string {
  const masks = Object.entries(env)
    .filter((entry): entry is [string, string] => (entry[1] ?? '').length >= MIN_SECRET_LENGTH)
    .filter(([name]) => SECRET_NAME.test(name))
    .map(([name, value]) => {
      if (texts === 'whole') return { name, pattern: new RegExp(escaped(value), 'g') };
      // With what follows up to the end of the word: the rest of it, or what a cut has left.
      const start = escaped(value.slice(0, PREFIX_LENGTH));
      return { name, pattern: new RegExp(`${start}[^\\s"'\`,;<>(){}\\[\\]]*`, 'g') };
    });
  return (text) => masks.reduce((masked, { name, pattern }) => masked.replace(pattern, `[${name}]`), text);
}

function escaped(text: string): string {
  return text.replaceAll(/\W/g, String.raw`\$&`);
}
