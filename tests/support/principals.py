"""Who acts in tests, as the doors would name them."""

from citybrain.domain.principal import Role, unauthenticated

OPERATOR = unauthenticated("Li Na", Role.OPERATOR)
OFFICER = unauthenticated("Wang", Role.DUTY_OFFICER)
CREW = unauthenticated("riverside-1", Role.CREW)
