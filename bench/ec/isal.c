/*
 * The same ISA-L called from C, on the same words in the same order: what a call through koffi is
 * compared with. Reads orders from its input, one a line:
 *
 *   open SHARDS DATA BLOCK_BYTES WORDS     memory for so many code words
 *   sample MILLISECONDS PASSES [SOURCES TARGETS shard … shard …] …
 *
 * and answers each with one number: of a sample, 10^9 bytes of data a second.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void ec_init_tables(int k, int rows, unsigned char *a, unsigned char *tables);
void ec_encode_data(int len, int k, int rows, unsigned char *tables, unsigned char **data,
                    unsigned char **coding);

enum { most_passes = 16, most_shards = 32 };

struct pass {
  int sources, targets;
  int source[most_shards], target[most_shards];
  unsigned char tables[32 * most_shards * most_shards];
};

static struct pass passes[most_passes];
static unsigned char *memory;
static int shards, data_shards, block_bytes, words;

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void open_memory(void) {
  free(memory);
  size_t bytes = (size_t)words * shards * block_bytes;
  memory = aligned_alloc(4096, bytes);
  for (size_t at = 0; at < bytes; at++) memory[at] = (unsigned char)(at * 7 + (at >> 12));
}

static void read_passes(int count) {
  for (int p = 0; p < count; p++) {
    struct pass *pass = &passes[p];
    unsigned char rows[most_shards * most_shards];
    if (scanf("%d %d", &pass->sources, &pass->targets) != 2) exit(2);
    for (int s = 0; s < pass->sources; s++) if (scanf("%d", &pass->source[s]) != 1) exit(2);
    for (int t = 0; t < pass->targets; t++) if (scanf("%d", &pass->target[t]) != 1) exit(2);
    for (int c = 0; c < pass->sources * pass->targets; c++) rows[c] = (unsigned char)(c + 2);
    ec_init_tables(pass->sources, pass->targets, rows, pass->tables);
  }
}

static void code_word(int word, int count) {
  unsigned char *from[most_shards], *to[most_shards];
  unsigned char *base = memory + (size_t)word * shards * block_bytes;
  for (int p = 0; p < count; p++) {
    struct pass *pass = &passes[p];
    for (int s = 0; s < pass->sources; s++) from[s] = base + (size_t)pass->source[s] * block_bytes;
    for (int t = 0; t < pass->targets; t++) to[t] = base + (size_t)pass->target[t] * block_bytes;
    ec_encode_data(block_bytes, pass->sources, pass->targets, pass->tables, from, to);
  }
}

int main(void) {
  char order[16];
  while (scanf("%15s", order) == 1) {
    if (strcmp(order, "open") == 0) {
      if (scanf("%d %d %d %d", &shards, &data_shards, &block_bytes, &words) != 4) return 2;
      open_memory();
      printf("0\n");
    } else {
      double milliseconds, begin, end;
      int count;
      long rounds = 0;
      if (scanf("%lf %d", &milliseconds, &count) != 2 || count > most_passes) return 2;
      read_passes(count);
      begin = seconds();
      do {
        for (int word = 0; word < words; word++) code_word(word, count);
        rounds++;
        end = seconds();
      } while (end - begin < milliseconds / 1000);
      printf("%f\n", (double)rounds * words * data_shards * block_bytes / (end - begin) / 1e9);
    }
    fflush(stdout);
  }
  return 0;
}
