import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

/** State of the job, for the functions that read it. */
export type Status = 'success' | 'failure' | 'skipped';

/** Evaluates an expression of a workflow with GitHub's own evaluator. */
function evaluate(expression: string, contexts: object, status: Status): string | boolean {
  const is = (name: string, value: boolean) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  });
  const functions = [is('always', true), is('success', status === 'success'), is('failure', status === 'failure')];
  const { tokens } = new Lexer(expression).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
  const dictionary = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  const result = new Evaluator(parsed, dictionary, new Map(functions.map((each) => [each.name, each]))).evaluate();
  return result instanceof data.BooleanData ? result.value : result.coerceString();
}

/** Replaces the expressions in a text. */
export function filled(text: unknown, contexts: object): string {
  return String(text).replace(/\$\{\{(.*?)\}\}/g, (_, inner: string) => String(evaluate(inner, contexts, 'success')));
}

/** Evaluates a condition. Without a status function, all earlier steps must have succeeded. */
export function holds(condition: string | undefined, contexts: object, status: Status): boolean {
  if (condition === undefined) return status === 'success';
  const result = evaluate(condition, contexts, status);
  const truth = result === true || (typeof result === 'string' && result !== '' && result !== 'false');
  return truth && (/(always|failure|success)\(\)/.test(condition) || status === 'success');
}
