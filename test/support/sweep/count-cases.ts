import pLimit from 'p-limit';

/** The result of many cases. */
export interface Count {
  ran: number;
  readonly failed: string[];
}

/**
 * Runs cases in parallel and prints how many ran and how many passed.
 * @param check returns the problems of a case, or undefined when the case proves nothing and is not counted
 */
export async function countCases<Case>(
  cases: readonly Case[],
  atATime: number,
  nameOf: (each: Case) => string,
  check: (each: Case) => Promise<readonly string[] | undefined>,
): Promise<Count> {
  const limit = pLimit(atATime);
  const count: Count = { ran: 0, failed: [] };
  const one = async (each: Case) => {
    const problems = await check(each).catch((error: unknown) => [String(error)]);
    if (!problems) return;
    count.ran++;
    if (problems.length > 0) count.failed.push(`${nameOf(each)}: ${problems.join('; ')}`);
  };
  await Promise.all(cases.map((each) => limit(one, each)));
  const [ran, passed] = [count.ran, count.ran - count.failed.length].map((number) => number.toLocaleString('en'));
  process.stdout.write(`${ran} cases, ${passed} passed\n`);
  return count;
}
