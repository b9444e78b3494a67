// Random shapes for the prefills. What comes out is compared with plain loops.

#include <math.h>

#include "../../main/c/kernels/prefill.h"
#include "fuzz.h"

typedef int64_t work_function(const struct prefill_job *);

void AT_LEVEL(prefill_bf16)(const struct prefill_job *, const uint16_t *, const uint16_t *,
                            const uint16_t *, uint8_t *, void *, float *);
void AT_LEVEL(prefill_float32)(const struct prefill_job *, const float *, const float *,
                               const float *, uint8_t *, void *, float *);
work_function AT_LEVEL(prefill_bf16_work), AT_LEVEL(prefill_float32_work);

// Whether weights are rounded to bf16.
#if defined(__AVX512BF16__)
enum { ROUNDS = 1 };
#else
enum { ROUNDS = 0 };
#endif

struct trial {
  struct prefill_job job;
  int is_float;
  void *query, *key, *value, *out;
  float *lse;
};

static void *elements(int64_t count, int is_float) {
  void *memory = exactly(count * (is_float ? 4 : 2));
  for (int64_t i = 0; i < count; i++) {
    uint16_t half = bf16_of(uniform());
    if (is_float) {
      ((float *)memory)[i] = of_bf16(half);
    } else {
      ((uint16_t *)memory)[i] = half;
    }
  }
  return memory;
}

static double at(const void *memory, int64_t i, int is_float) {
  return is_float ? ((const float *)memory)[i] : of_bf16(((const uint16_t *)memory)[i]);
}

// What rows reach, the last one's end.
static int64_t reach(int64_t rows, int64_t stride, int64_t width) {
  return rows > 0 ? (rows - 1) * stride + width : 0;
}

static void draw(struct trial *trial) {
  struct prefill_job *job = &trial->job;
  trial->is_float = (int)below(2);
  job->width = 1 + below(below(4) ? 60 : 260);
  job->value_width = 1 + below(below(4) ? 60 : 260);
  job->heads = 1 + below(below(3) ? 3 : 20);
  job->query_tokens = 1 + below(below(4) ? 40 : 150);
  job->keys = below(4) ? below(below(4) ? 250 : 900) : below(3);
  job->query_head = job->width + below(9);
  job->query_token = job->heads * job->query_head + below(9);
  job->key_token = job->width + below(40);
  job->value_token = job->value_width + below(40);
  job->out_head = job->value_width + below(9);
  job->out_token = job->heads * job->out_head + below(9);
  job->out_float = below(2);
  job->lse_head = job->query_tokens + below(5);
  job->visible_step = below(3) > 0;
  job->visible = job->visible_step ? below(job->keys + 20) - 15 : job->keys;
  job->scale = below(3) ? 1 / sqrt((double)job->width) : uniform();
  // Scores that outgrow the first ones by far; with float32 also the tolerance.
  job->scale *= trial->is_float || below(4) ? 1 : 8;
}

// Makes an element of a few keys or values NaN, which the rows that do not see them must not meet.
static void poison(const struct trial *trial, void *memory, int64_t stride, int64_t width) {
  for (int64_t i = trial->job.keys > 0 && below(2) ? below(4) : 0; i > 0; i--) {
    int64_t at = below(trial->job.keys) * stride + below(width);
    if (trial->is_float) {
      ((float *)memory)[at] = NAN;
    } else {
      ((uint16_t *)memory)[at] = bf16_of(NAN);
    }
  }
}

static void fill(struct trial *trial) {
  struct prefill_job *job = &trial->job;
  int64_t query = (job->query_tokens - 1) * job->query_token;
  trial->query = elements(query + reach(job->heads, job->query_head, job->width), trial->is_float);
  trial->key = elements(reach(job->keys, job->key_token, job->width), trial->is_float);
  trial->value = elements(reach(job->keys, job->value_token, job->value_width), trial->is_float);
  poison(trial, trial->key, job->key_token, job->width);
  poison(trial, trial->value, job->value_token, job->value_width);
  int64_t out = (job->query_tokens - 1) * job->out_token;
  out += reach(job->heads, job->out_head, job->value_width);
  trial->out = exactly(out * (job->out_float ? 4 : 2));
  trial->lse = exactly(reach(job->heads, job->lse_head, job->query_tokens) * 4);
}

static double score_of(const struct trial *trial, int64_t token, int64_t head, int64_t key) {
  const struct prefill_job *job = &trial->job;
  int64_t q = token * job->query_token + head * job->query_head;
  double sum = 0;
  for (int64_t d = 0; d < job->width; d++) {
    sum += at(trial->query, q + d, trial->is_float) *
           at(trial->key, key * job->key_token + d, trial->is_float);
  }
  return sum * job->scale;
}

static int row_is_wrong(const struct trial *trial, int64_t token, int64_t head) {
  const struct prefill_job *job = &trial->job;
  int64_t seen = job->visible + token * job->visible_step;
  seen = seen < 0 ? 0 : seen < job->keys ? seen : job->keys;
  double highest = -INFINITY, total = 0;
  double *scores = exactly((seen + 1) * (int64_t)sizeof(double));
  double *out = calloc((size_t)job->value_width, sizeof(double));
  for (int64_t s = 0; s < seen; s++) {
    scores[s] = score_of(trial, token, head, s);
    highest = fmax(highest, scores[s]);
  }
  for (int64_t s = 0; s < seen; s++) {
    double weight = exp(scores[s] - highest);
    total += weight;
    for (int64_t v = 0; v < job->value_width; v++) {
      out[v] += weight * at(trial->value, s * job->value_token + v, trial->is_float);
    }
  }
  double allowed = (trial->is_float || !ROUNDS) && job->out_float ? 1e-4 : 0.02;
  double lse = seen ? highest + log(total) : INFINITY;
  double is = trial->lse[head * job->lse_head + token];
  int wrong = !(off_by(is, lse) <= 1e-4 * (1 + (lse == lse ? fabs(lse) : 0)));
  int64_t to = token * job->out_token + head * job->out_head;
  for (int64_t v = 0; v < job->value_width; v++) {
    double found = at(trial->out, to + v, (int)job->out_float);
    wrong |= !(off_by(found, seen ? out[v] / total : 0) <= allowed);
  }
  free(scores);
  free(out);
  return wrong;
}

static int run(struct trial *trial) {
  const struct prefill_job *job = &trial->job;
  uint8_t *work;
  if (trial->is_float) {
    work = work_of(AT_LEVEL(prefill_float32_work)(job));
    AT_LEVEL(prefill_float32)
    (job, trial->query, trial->key, trial->value, work, trial->out, trial->lse);
  } else {
    work = work_of(AT_LEVEL(prefill_bf16_work)(job));
    AT_LEVEL(prefill_bf16)
    (job, trial->query, trial->key, trial->value, work, trial->out, trial->lse);
  }
  int wrong = 0;
  for (int64_t token = 0; token < job->query_tokens && !wrong; token += 3) {
    for (int64_t head = 0; head < job->heads && !wrong; head += 2) {
      wrong = row_is_wrong(trial, token, head);
    }
  }
  free(work);
  return wrong;
}

static int one(void) {
  struct trial trial = {0};
  draw(&trial);
  fill(&trial);
  int wrong = run(&trial);
  free(trial.query);
  free(trial.key);
  free(trial.value);
  free(trial.out);
  free(trial.lse);
  return wrong;
}

int main(int count, char **arguments) { return fuzz(count, arguments, one); }
