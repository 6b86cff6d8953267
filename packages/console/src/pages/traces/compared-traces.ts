/** What stands side by side on a wide screen, each still wide enough to be read. */
export const mostComparedTraces = 8;
