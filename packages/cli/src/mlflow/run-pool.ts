/** Works through items, some at a time, drawing the next only when there is room. The first failure ends it. */
export async function runPool<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  size: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  for await (const item of items) {
    const task = work(item).finally(() => running.delete(task));
    running.add(task);
    if (running.size >= size) await Promise.race(running);
  }
  await Promise.all(running);
}
