/** Names of environment variables whose values are nobody's business. */
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSW|CREDENTIAL/i;
/** Shorter values are words that stand everywhere. */
const MIN_SECRET_LENGTH = 8;
/** A debugger cuts long texts: a secret is known by its beginning. */
const PREFIX_LENGTH = 12;

/** Replaces the secrets of an environment in texts, each by its variable's name: `[OPENAI_API_KEY]`. */
export function createSecretMask(env: NodeJS.ProcessEnv): (text: string) => string {
  const masks = Object.entries(env)
    .filter((entry): entry is [string, string] => (entry[1] ?? '').length >= MIN_SECRET_LENGTH)
    .filter(([name]) => SECRET_NAME.test(name))
    .map(([name, value]) => {
      // With what follows up to the end of the word: the rest of it, or what a cut has left.
      const start = value.slice(0, PREFIX_LENGTH).replaceAll(/\W/g, String.raw`\$&`);
      return { name, pattern: new RegExp(`${start}[^\\s"'\`,;<>(){}\\[\\]]*`, 'g') };
    });
  return (text) => masks.reduce((masked, { name, pattern }) => masked.replace(pattern, `[${name}]`), text);
}
