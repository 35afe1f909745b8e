"""Takes marks and answers who was where: the register, inline with the log."""

from servicekit.service import Service

from register_api.access import NAME
from register_api.importing.clearing import clear_imports
from register_api.importing.working import work_imports
from register_api.projector import current_register, forget_dropped
from register_api.refusals import KINDS
from register_api.routes import router

service = Service(
    name=NAME,
    title="Rollbook register",
    description="The attendance register and the admission register of a school, as facts.",
    prefix="/register/v1",
    role="rollbook_register",
    router=router,
    problems=KINDS,
    workers=(work_imports, clear_imports),
    inline=(current_register,),
    forget_dropped=forget_dropped,
)
