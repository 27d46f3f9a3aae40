/* A bare adjacency walk: how many things can be reached when time is ignored, the start included. */
#include <stdint.h>

int64_t reach(const int32_t *offsets, const int32_t *far, int32_t *met, int32_t mark, int32_t *queue, int32_t start) {
  int64_t head = 0, tail = 0;
  queue[tail++] = start;
  met[start] = mark;
  while (head < tail) {
    int32_t near = queue[head++];
    for (int32_t n = offsets[near]; n < offsets[near + 1]; n++) {
      int32_t next = far[n];
      if (met[next] != mark) {
        met[next] = mark;
        queue[tail++] = next;
      }
    }
  }
  return tail;
}
