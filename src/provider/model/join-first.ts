/** Joins the first texts of a list and adds the number of the others: `a, b and 3 more`. */
export function joinFirst(texts: readonly string[], count: number, between = ', '): string {
  const more = texts.length > count ? ` and ${texts.length - count} more` : '';
  return texts.slice(0, count).join(between) + more;
}
