"""Images: drawn here, or asked of fal.ai."""
