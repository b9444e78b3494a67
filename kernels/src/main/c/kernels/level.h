// Every kernel is compiled once a level; its functions carry the level's name.

#ifndef MLA4J_LEVEL_H
#define MLA4J_LEVEL_H

#include <stddef.h>
#include <stdint.h>

#define JOIN_(name, level) name##_##level
#define JOIN(name, level) JOIN_(name, level)
#define KERNEL(name) __attribute__((visibility("default"))) JOIN(name, LEVEL)

#endif
