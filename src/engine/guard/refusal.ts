/** Why a question is not answered, in words for the one who asked. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
