/* Ambient capabilities, capabilities(7): those of a service that every program it executes would have as well. */
#define _GNU_SOURCE
#include "addon.h"
#include <errno.h>
#include <sys/prctl.h>

/** Of this thread and of those that it makes; what it may do itself stays. 0, or an errno. */
static napi_value give_up_ambient_rights(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value result;
  const int error = prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0 ? 0 : errno;
  return napi_create_int32(env, error, &result) == napi_ok ? result : NULL;
}

napi_status register_rights(napi_env env, napi_value exports) {
  napi_value function;
  const napi_status status = napi_create_function(env, "giveUpAmbientRights", NAPI_AUTO_LENGTH, give_up_ambient_rights, NULL, &function);
  return status == napi_ok ? napi_set_named_property(env, exports, "giveUpAmbientRights", function) : status;
}
