// Remembers what a pure function answered, for a bounded number of questions.

/** `compute` with a memory of at most `limit` answers; when it is full, it forgets the oldest half. */
export function boundedMemo<Answer>(
  limit: number,
  compute: (question: string) => Answer,
): (question: string) => Answer {
  const answers = new Map<string, Answer>();
  return (question) => {
    const known = answers.get(question);
    if (known !== undefined) return known;
    if (answers.size >= limit) {
      let surplus = Math.ceil(limit / 2);
      for (const oldest of answers.keys()) {
        if (surplus-- <= 0) break;
        answers.delete(oldest);
      }
    }
    const answer = compute(question);
    answers.set(question, answer);
    return answer;
  };
}
