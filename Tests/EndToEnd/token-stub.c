// A PKCS #11 library that hands all to that of TOKEN_LIBRARY, writes each login into TOKEN_LOG, and does what SoftHSM never does.
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include "shim.h"

static CK_FUNCTION_LIST real, list;

// TOKEN_REFUSES=N: the login for a signature is refused from the N-th one on.
static CK_RV login(CK_ULONG session, CK_ULONG user, const CK_BYTE *pin, CK_ULONG length) {
    static int signatures;
    const char *refused = getenv("TOKEN_REFUSES");
    FILE *log = fopen(getenv("TOKEN_LOG"), "a");
    if (log) {
        fprintf(log, "login %lu\n", user);
        fclose(log);
    }
    if (user == 2 && refused && ++signatures >= atoi(refused)) return 0xA0;
    return real.C_Login(session, user, pin, length);
}

// TOKEN_BOASTS: there are as many slots as there are numbers.
static CK_RV slots(CK_BYTE present, CK_ULONG *found, CK_ULONG *count) {
    CK_RV outcome = real.C_GetSlotList(present, found, count);
    if (!found && getenv("TOKEN_BOASTS")) *count = ~0UL;
    return outcome;
}

// TOKEN_OPEN: no token asks for a login.
static CK_RV info(CK_ULONG slot, CK_TOKEN_INFO *token) {
    CK_RV outcome = real.C_GetTokenInfo(slot, token);
    if (getenv("TOKEN_OPEN")) token->flags &= ~4UL;
    return outcome;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **given) {
    void *library = dlopen(getenv("TOKEN_LIBRARY"), RTLD_NOW | RTLD_LOCAL);
    CK_C_GetFunctionList functions = library ? (CK_C_GetFunctionList)dlsym(library, "C_GetFunctionList") : NULL;
    CK_FUNCTION_LIST *found;
    if (!functions || functions(&found)) return 5;
    real = list = *found;
    list.C_Login = login;
    list.C_GetSlotList = slots;
    list.C_GetTokenInfo = info;
    *given = &list;
    return 0;
}
