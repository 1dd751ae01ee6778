#ifndef DESCRY_COUNTING_H
#define DESCRY_COUNTING_H
#include "addon.h"

/** Counts of descriptors and of what they hold: addon.ts of kernel/procfs says what these take and give. */
napi_value count_folders(napi_env env, napi_callback_info info);
napi_value count_held(napi_env env, napi_callback_info info);
napi_value shares_table(napi_env env, napi_callback_info info);

#endif
