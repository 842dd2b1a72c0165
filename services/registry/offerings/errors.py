from services.shared.errors import Invalid


class AgesBackwards(Invalid):
    """The oldest would be younger than the youngest."""

    code = "ages_backwards"


class NoPlaces(Invalid):
    """Free places are told of a service that takes people in now, weeks of waiting of one that has a queue."""

    code = "not_of_this_capacity"
